"""The browsable description of the API: OpenAPI documents and the page that shows them."""
