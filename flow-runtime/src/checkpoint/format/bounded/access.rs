//! What the decoder hands to a visitor, which reads from it what is one level deeper.

use serde::de::{DeserializeSeed, Deserializer, EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor};

use super::{Bounded, Told};

/// A value that is about to be read.
impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Bounded<'_, S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, decoder: D) -> Result<S::Value, D::Error> {
        let decoder = self.around(decoder);
        let read = self.inner.deserialize(decoder);
        read.map_err(|told| self.bounds.carry(told))
    }
}

impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for Bounded<'_, A> {
    type Error = Told;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Told> {
        let seed = self.around(seed);
        let next = self.inner.next_element_seed(seed);
        let next = next.map_err(|error| self.bounds.bring(error))?;
        if self.counts && next.is_some() {
            self.bounds.count()?;
        }
        Ok(next)
    }

    fn size_hint(&self) -> Option<usize> {
        let hint = self.inner.size_hint()?;
        Some(hint.min(self.bounds.elements.get()))
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Bounded<'_, A> {
    type Error = Told;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Told> {
        let seed = self.around(seed);
        let next = self.inner.next_key_seed(seed);
        let next = next.map_err(|error| self.bounds.bring(error))?;
        if self.counts && next.is_some() {
            self.bounds.count()?;
        }
        Ok(next)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Told> {
        let seed = self.around(seed);
        let value = self.inner.next_value_seed(seed);
        value.map_err(|error| self.bounds.bring(error))
    }

    fn size_hint(&self) -> Option<usize> {
        let hint = self.inner.size_hint()?;
        Some(hint.min(self.bounds.elements.get()))
    }
}

impl<'de, 'b, A: EnumAccess<'de>> EnumAccess<'de> for Bounded<'b, A> {
    type Error = Told;
    type Variant = Bounded<'b, A::Variant>;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self::Variant), Told> {
        let (bounds, level, counts) = (self.bounds, self.level, false);
        let seed = self.around(seed);
        let variant = self.inner.variant_seed(seed);
        let (value, inner) = variant.map_err(|error| bounds.bring(error))?;
        let variant = Bounded {
            inner,
            bounds,
            level,
            counts,
        };
        Ok((value, variant))
    }
}

impl<'de, A: VariantAccess<'de>> VariantAccess<'de> for Bounded<'_, A> {
    type Error = Told;

    fn unit_variant(self) -> Result<(), Told> {
        self.inner
            .unit_variant()
            .map_err(|error| self.bounds.bring(error))
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Told> {
        let (bounds, seed) = (self.bounds, self.around(seed));
        let value = self.inner.newtype_variant_seed(seed);
        value.map_err(|error| bounds.bring(error))
    }

    fn tuple_variant<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, Told> {
        let (bounds, visitor) = (self.bounds, self.around(visitor));
        let value = self.inner.tuple_variant(len, visitor);
        value.map_err(|error| bounds.bring(error))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Told> {
        let (bounds, visitor) = (self.bounds, self.around(visitor));
        let value = self.inner.struct_variant(fields, visitor);
        value.map_err(|error| bounds.bring(error))
    }
}
