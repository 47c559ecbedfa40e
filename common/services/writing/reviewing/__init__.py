"""How others see an own article before readers do: previews, reviews, appeals."""
