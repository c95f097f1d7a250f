"""Intake (tiếp nhận): from submission to reception, and whatever is asked of the applicant."""
