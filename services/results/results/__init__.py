"""The results service: the signed result, its way back to the applicant, and the answer to a stop that came too late."""
