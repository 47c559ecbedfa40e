"""People's accounts: logging in, who a token belongs to, profile, nickname, real name.

What operators do to them: freezing, decisions about papers. Events: UserRegistered, ProfileChanged,
UserFrozen, UserThawed, TokenRevoked, LegalizeDecided. contract/user-app.md §3, §4;
contract/admin.md §3.3, §3.4; contract/security.md.
"""
