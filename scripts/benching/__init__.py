"""scripts/bench: what our endpoints cost beside a bare Flask-RESTful resource, in one run."""
