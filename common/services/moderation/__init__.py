"""What may not be said: words that refuse a text or hold it for review (`sensitive_words`).

The list of the operators (`current_list`) is looked for by a `matcher`: letters that sound or look
alike share an echo (`letters`), and by the `rules` what has the echo of a word is the word or not.
"""
