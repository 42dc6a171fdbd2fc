"""What the product costs, measured and printed; never a test of anybody's patience."""
