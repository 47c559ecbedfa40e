"""The feed: what a reader is offered, looked at by the one visibility rule, put together.

`pages` answers a request, `composing` makes a page of suggestions, `items` are the wire's forms.
contract/user-app.md §7.
"""
