// What stands in the built studio for the parts of tfjs that nothing here uses (layers, converter, data, WebGL): they are
// half of its bytes, and the package's entry brings them all. vite.config.ts puts this in their place.
export const version_layers = 'left out';
export const version_converter = 'left out';
export const version_data = 'left out';
export const version_webgl = 'left out';
