"""Business time: when a department is open, how much of that time has passed, and when an amount of it will be over.

Pure arithmetic on calendars and instants. A clock is its history (started, paused, resumed, stopped); every figure
is replayed from it and can be explained row by row. Nothing here reads the time of day, a database or a setting.
"""
