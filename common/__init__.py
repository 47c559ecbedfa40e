"""The product without its doors: everything the apps and processes share."""
