"""The states of Part 6 for a CSMS that no case here needs so far."""

#: The name of each, and the blocks whose cases need it.
NOT_YET = {
    "ISO15118SmartCharging": ("K",),
    "Reserved": ("H",),
}
