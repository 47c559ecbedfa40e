"""The media platform: the door of editors."""
