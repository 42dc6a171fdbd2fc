"""A second exchange, as unlike the embedded one as real ones are, to measure the examination on something that it was not written for."""
