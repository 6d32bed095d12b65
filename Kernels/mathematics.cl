// mathematics
