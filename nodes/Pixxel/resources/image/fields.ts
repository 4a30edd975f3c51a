/** Of the eleven fields that Pixxel gives of an image, those that automations use. */
export const IMAGE_FIELDS = ['id', 'area', 'delivery_status', 'bandset_id', 'task_id', 'created_at', 'updated_at', 'details'];
