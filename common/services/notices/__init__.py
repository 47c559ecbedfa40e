"""What is told to people: announcements to all, notifications to one.

Events: AnnouncementPublished, AnnouncementChanged. contract/user-app.md §12.
"""
