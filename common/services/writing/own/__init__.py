"""Own articles as their author finds them: lists, forms, figures, whose they are."""
