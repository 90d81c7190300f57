"""Reference data: what a postcode, a town and a country say of where a customer lives."""
