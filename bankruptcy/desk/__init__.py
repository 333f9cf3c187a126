"""Pages of administrator and court: the queue, review, register, provisional amounts, bundles."""
