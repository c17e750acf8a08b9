"""What benchmarks share: label sets, options, measures, and the files of rows and results."""
