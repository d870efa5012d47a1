"""What is meant: candidates, how well they agree, what is decided and where that puts an address."""
