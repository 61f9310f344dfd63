// The C++ header is included by CSoundTouch; this module only carries the flags of pkg-config.
