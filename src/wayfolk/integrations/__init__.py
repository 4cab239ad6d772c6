"""What comes from and goes to other systems: imports now; exports, sync and webhooks later."""
