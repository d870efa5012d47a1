"""Open Referral HSDS 3.0 in and out: documents to register frames and back, nothing else."""
