"""What is told to people: announcements to all, notifications to one.

Events: AnnouncementPublished, AnnouncementChanged, NotificationsRead. contract/user-app.md §12.
"""
