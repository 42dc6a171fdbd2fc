"""A fourth exchange, Osprey: JSON, headers that sign, UUIDs, cursors, an account per currency; with defects to switch on one by one."""
