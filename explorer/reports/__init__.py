"""Reports: exhibits in an order of the author's, between words of the author's."""
