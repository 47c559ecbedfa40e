"""People's accounts: logging in, who a token belongs to, profile, nickname, real name.

Events: UserRegistered, ProfileChanged, UserStatusChanged, TokenRevoked. contract/user-app.md §3,
§4; contract/security.md.
"""
