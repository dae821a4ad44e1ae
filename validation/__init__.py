"""The model against the public record: bands frozen beforehand, printed as they come out."""
