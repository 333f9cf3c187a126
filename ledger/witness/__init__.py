"""A witness: a small process of its own that cosigns what extends what it saw (C2SP tlog-witness).

It has its own key and its own store file, knows no database, no Django and no secret of anybody
else, and can be given to another body to run as it is.
"""
