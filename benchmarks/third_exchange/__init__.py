"""A third exchange, Petrel, in another manner than the other two, with defects to switch on one by one."""
