"""Records as the API shows them. Fields that the actor may not see are left out."""
