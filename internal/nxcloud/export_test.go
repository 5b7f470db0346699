// SPDX-License-Identifier: Apache-2.0

package nxcloud

// TopLevel is a top-level value as the reader saw it.
type TopLevel struct{ Kind, Text string }

// ReadTopLevel runs the reader and returns every top-level value.
func ReadTopLevel(body []byte) (map[string]TopLevel, error) {
	places := make(map[string]*value)
	err := readObject(body, func(name string) *value {
		places[name] = new(value)
		return places[name]
	})
	if err != nil {
		return nil, err
	}
	kinds := [...]string{"absent", "null", "string", "number", "other"}
	values := make(map[string]TopLevel, len(places))
	for name, place := range places {
		values[name] = TopLevel{kinds[place.kind], place.text}
	}
	return values, nil
}

// PooledText returns all that a buffer of the pool holds, its spare room
// included. It is empty when the pool has just made the buffer.
func (k *Keyring) PooledText() []byte {
	buffer := k.texts.Get().(*[]byte)
	return (*buffer)[:cap(*buffer)]
}
