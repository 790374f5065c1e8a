// The model's shape, with the field names of Hugging Face's Idefics3Config, so that an exported checkpoint opens there.
// Plain data: the data worker reads it too.

export interface VisionConfig {
  hidden_size: number;
  intermediate_size: number;
  num_hidden_layers: number;
  num_attention_heads: number;
  image_size: number;
  patch_size: number;
  num_channels: 3;
  hidden_act: 'gelu_pytorch_tanh';
  layer_norm_eps: number;
  initializer_range: number;
}

export interface TextConfig {
  hidden_size: number;
  intermediate_size: number;
  num_hidden_layers: number;
  num_attention_heads: number;
  num_key_value_heads: number;
  vocab_size: number;
  max_position_embeddings: number;
  rope_theta: number;
  rms_norm_eps: number;
  hidden_act: 'silu';
  initializer_range: number;
  bos_token_id: number;
  eos_token_id: number;
  pad_token_id: number;
}

export interface ModelConfig {
  model_type: 'idefics3';
  architectures: ['Idefics3ForConditionalGeneration'];
  scale_factor: number;
  image_token_id: number;
  tie_word_embeddings: boolean;
  vision_config: VisionConfig;
  text_config: TextConfig;
  /** Ours, ignored by Hugging Face: the two-way classifier of the paper's ablation beside the language head. */
  classifier_head: boolean;
  /** Ours too: a comparison of both orders, whose answer changes sign with them by construction. Absent for none. */
  antisymmetric_head?: true;
}

/** Where a model's judgement is read. */
export type Head = 'language' | 'classifier' | 'antisymmetric';

export function headOf(config: ModelConfig): Head {
  if (config.antisymmetric_head) return 'antisymmetric';
  return config.classifier_head ? 'classifier' : 'language';
}

export type ModelSize = 'nano' | 'micro' | 'mini';

export interface Size {
  image: number;
  patch: number;
  scale: number;
  vision: [width: number, layers: number, heads: number];
  text: [width: number, layers: number, heads: number, kvHeads: number];
  /** Standard deviation of fresh weights: Hugging Face's 0.02 suits widths near 1,000; narrow models need more. */
  spread: number;
}

export const SIZES: Readonly<Record<ModelSize, Size>> = {
  nano: { image: 64, patch: 8, scale: 2, vision: [64, 2, 4], text: [64, 2, 4, 2], spread: 0.08 },
  micro: { image: 64, patch: 8, scale: 2, vision: [192, 4, 6], text: [192, 6, 6, 3], spread: 0.05 },
  mini: { image: 128, patch: 8, scale: 4, vision: [384, 8, 6], text: [384, 10, 6, 3], spread: 0.03 },
};

export interface TokenIdsOfConfig {
  image: number;
  start: number;
  end: number;
  padding: number;
}

export function modelConfig(
  size: ModelSize,
  vocabularySize: number,
  tokens: TokenIdsOfConfig,
  head: Head,
): ModelConfig {
  const s = SIZES[size];
  return {
    model_type: 'idefics3',
    architectures: ['Idefics3ForConditionalGeneration'],
    scale_factor: s.scale,
    image_token_id: tokens.image,
    tie_word_embeddings: false,
    classifier_head: head === 'classifier',
    ...(head === 'antisymmetric' ? { antisymmetric_head: true as const } : {}),
    vision_config: {
      hidden_size: s.vision[0],
      intermediate_size: s.vision[0] * 4,
      num_hidden_layers: s.vision[1],
      num_attention_heads: s.vision[2],
      image_size: s.image,
      patch_size: s.patch,
      num_channels: 3,
      hidden_act: 'gelu_pytorch_tanh',
      layer_norm_eps: 1e-6,
      initializer_range: s.spread,
    },
    text_config: {
      hidden_size: s.text[0],
      intermediate_size: Math.round((s.text[0] * 8) / 3 / 16) * 16,
      num_hidden_layers: s.text[1],
      num_attention_heads: s.text[2],
      num_key_value_heads: s.text[3],
      vocab_size: vocabularySize,
      max_position_embeddings: 1024,
      rope_theta: 10_000,
      rms_norm_eps: 1e-5,
      hidden_act: 'silu',
      initializer_range: s.spread,
      bos_token_id: tokens.start,
      eos_token_id: tokens.end,
      pad_token_id: tokens.padding,
    },
  };
}

/** What the model wants to be fed: picture size in pixels and tokens an image takes in the sequence. */
export function visionShape(size: ModelSize): { imageSize: number; tokensPerImage: number } {
  const { image, patch, scale } = SIZES[size];
  return { imageSize: image, tokensPerImage: (image / patch / scale) ** 2 };
}

export function tokensPerImage(config: ModelConfig): number {
  const { image_size, patch_size } = config.vision_config;
  return (image_size / patch_size / config.scale_factor) ** 2;
}
