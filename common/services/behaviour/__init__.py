"""What readers do, recorded behind their requests: exposures, readings, searches, logins.

`recording` is what the doors call, `recorder` the thread that writes rows in bulk, `traces` the
lines for those who learn from them.
"""
