"""A model of a spot exchange: from what was asked and what the profile says, it predicts every order, fill, fee, hold and balance.

Pure, and independent of any exchange's code, the reference exchange's too: what it predicts is worth comparing with.
"""
