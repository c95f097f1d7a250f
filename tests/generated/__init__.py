"""What is generated from the code: schemas and samples of the facts, the interfaces of the services, conformance, the page on the law."""
