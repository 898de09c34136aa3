"""What is measured, one idea a file. All are pure; those that take a confusion array take a stack of them as well."""
