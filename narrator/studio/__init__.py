"""The studio: cast, listen, correct and build on a page in the browser.

`http_server.serve_studio` starts it. The page in `page/` and the server exchange the messages of
`messages.py`. `session.py` holds the open book; every change is written at once to the same side
files that the command line reads, and those are read again when somebody else changes them.
"""
