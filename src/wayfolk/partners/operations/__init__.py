"""Writing partners: `partners` the records, `ids`, `contacts` and `terms` what belongs to them."""
