"""What may not be said: words that refuse a text or hold it for review (`sensitive_words`)."""
