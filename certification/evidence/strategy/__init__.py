"""The reference strategy: a small market maker that trades through an installed SDK, and whose earnings are reckoned three ways."""
