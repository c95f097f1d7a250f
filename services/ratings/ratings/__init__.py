"""Early, on time, late and open by agency and month."""
