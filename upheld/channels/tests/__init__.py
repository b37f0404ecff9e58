"""What the channels room promises, told as letters."""
