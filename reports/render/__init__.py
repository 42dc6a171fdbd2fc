"""A report as people and programs read it: one HTML file, JUnit, SARIF, a badge. Pure: report in, bytes out."""
