"""A tally trustee's work without a browser: key, boxes, complaints, sums, shares, destruction.

It knows the server by its addresses alone, and the case by its log (protocol 3, 7).
"""
