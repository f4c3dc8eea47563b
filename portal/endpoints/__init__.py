"""One module a page: reads the request, calls `offre_bailleurs`, renders."""
