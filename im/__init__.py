"""The realtime process (Socket.IO on eventlet); its events arrive with the realtime part."""
