"""The chassis: what every service stands on. Start at `chassis.service`, then `chassis.process`."""
