"""Other people's systems, installed from the package registry into environments of their own, for comparison."""
