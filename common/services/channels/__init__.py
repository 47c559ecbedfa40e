"""Channels: the catalogue of all, and each reader's own choice and order of them.

Events: ChannelsChanged, ChannelTableChanged. contract/user-app.md §6.
"""
