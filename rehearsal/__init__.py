"""A whole meeting rehearsed with simulated creditors, over the server's addresses alone.

What an administrator runs before a big meeting: `manage.py rehearse`. It knows the server by HTTP
and WebSocket, and shares with it the formats and the rules, never its code.
"""
