"""The wire formats that package tools read, as trees of static files: the simple index, npm packuments, a Go module proxy.

Pure functions: artefacts in, files out, the same for the same input. Whoever serves or writes them decides where.
"""

from certification.sdks.index.go import go_mod, go_proxy_tree
from certification.sdks.index.npm import npm_packument
from certification.sdks.index.simple import simple_index
from certification.sdks.index.tree import ArtefactContent, IndexFile, PackageVersion

__all__ = ["ArtefactContent", "IndexFile", "PackageVersion", "go_mod", "go_proxy_tree", "npm_packument", "simple_index"]
